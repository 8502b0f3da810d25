import { randomNumbers } from './noise.ts';

const firsts = [
  'Alder',
  'Birch',
  'Cedar',
  'Dogwood',
  'Elm',
  'Fern',
  'Granite',
  'Hazel',
  'Iron',
  'Juniper',
  'Kettle',
  'Laurel',
  'Maple',
  'Otter',
  'Pine',
  'Quarry',
  'Raven',
  'Stone',
  'Tamarack',
  'Willow',
];
const seconds = ['', ' Run', ' Hollow', ' Fork', ' Branch', ' Bend'];

/** Names that are not used twice. */
export function nameMaker(): () => string {
  const random = randomNumbers(31);
  const used = new Set<string>();
  return () => {
    for (;;) {
      const name = `${firsts[Math.floor(random() * firsts.length)]}${seconds[Math.floor(random() * seconds.length)]}`;
      if (!used.has(name)) {
        used.add(name);
        return name;
      }
    }
  };
}
