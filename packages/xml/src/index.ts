export { childOf, readXml, type XmlElement } from './xml.ts';
