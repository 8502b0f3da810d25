import fc from 'fast-check';
import { childOf, readXml, type XmlElement } from '../src/xml.ts';

describe('an XML document', () => {
  it('is elements in their order, with attributes and text', () => {
    const text =
      '\uFEFF<?xml version="1.0"?><!-- c --><A x="1&amp;2" y="&quot;"><B> t&lt;&#65;&#x42; </B><C/><B z=""/></A>';
    expect(readXml(text)).toEqual({
      name: 'A',
      attributes: { x: '1&2', y: '"' },
      text: '',
      children: [
        { name: 'B', attributes: {}, children: [], text: 't<AB' },
        { name: 'C', attributes: {}, children: [], text: '' },
        { name: 'B', attributes: { z: '' }, children: [], text: '' },
      ],
    });
    expect(childOf(readXml(text), 'B')?.text).toBe('t<AB');
    expect(childOf(readXml(text), 'D')).toBeUndefined();
  });

  it('comes back as it was written, whatever its texts and attributes', () => {
    const escaped = (value: string) =>
      value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
    const written = ({ name, attributes, children, text }: XmlElement): string => {
      const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
      return `<${name}${pairs.join('')}>${escaped(text)}${children.map(written).join('')}</${name}>`;
    };
    const words = fc.string({ unit: fc.constantFrom(...'abc&<>"\'é #;1') }).map((value) => value.trim());
    const names = fc.constantFrom('A', 'Band', 'x-y', 'N1');
    const elements = (children: fc.Arbitrary<XmlElement[]>): fc.Arbitrary<XmlElement> =>
      fc.record({
        name: names,
        attributes: fc.dictionary(names, words, { maxKeys: 3, noNullPrototype: true }),
        children,
        text: words,
      });
    const leaves = elements(fc.constant([]));
    const element = elements(fc.array(elements(fc.array(leaves, { maxLength: 3 })), { maxLength: 3 }));
    fc.assert(fc.property(element, (one) => expect(readXml(written(one))).toEqual(one)));
  });

  it.each([
    ['', 'it is not XML'],
    ['GIF89a', 'it is not XML: line 1'],
    ['<A><B></A>', 'it is not XML: line 1'],
    ['<A/><B/>', 'expected one element around all others'],
    ['<!DOCTYPE A [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><A>&b;</A>', 'it has a DOCTYPE'],
    ['<!DOCTYPE A SYSTEM "file:///etc/passwd"><A/>', 'it has a DOCTYPE'],
    [`${'<A>'.repeat(500)}${'</A>'.repeat(500)}`, 'it is not XML that can be read'],
  ])('is refused in one line: %#', (text, sentence) => {
    expect(() => readXml(text)).toThrow(sentence);
    expect(() => readXml(text)).toThrow(/^.{1,300}$/);
  });

  it('keeps what refers to nothing as it is', () => {
    expect(readXml('<A>&b; &#x110000; &amp;lt;</A>').text).toBe('&b; &#x110000; &lt;');
  });

  it('is refused before anything is made of it where it has more elements or attributes than could be kept', () => {
    expect(() => readXml(`<A>${'<B/>'.repeat(2_000_000)}</A>`)).toThrow('it has more than 2000000 elements');
    expect(() => readXml(`<A ${'b="" '.repeat(4_000_001)}/>`)).toThrow('it has more than 4000000 attributes');
  });
});
