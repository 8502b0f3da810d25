/** A list of whole numbers below a size, each at most once, in an order that the caller decides. */
export interface ScanList {
  /** Inserts an item after those for which `isAfter` is true. These must be the first ones. */
  insert(item: number, isAfter: (other: number) => boolean): void;
  remove(item: number): void;
  /** The item before, or −1. */
  before(item: number): number;
  /** The item after, or −1. */
  after(item: number): number;
}

/**
 * A treap (Aragon and Seidel): a search tree by the order of the list that is a heap by random
 * numbers. Its items are also linked. The comparisons of an insertion are expected to grow with the
 * logarithm of the length, for every order of insertions.
 */
export function scanList(size: number, random: () => number): ScanList {
  const none = -1;
  const [left, right, parent, before, after] = Array.from({ length: 5 }, () => new Int32Array(size).fill(none)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const priority = Float64Array.from({ length: size }, random);
  let root = none;

  const link = (first: number, second: number) => {
    if (first !== none) after[first] = second;
    if (second !== none) before[second] = first;
  };
  /** Puts an item into the place of `old` below `above`. */
  const replace = (above: number, old: number, item: number) => {
    if (above === none) root = item;
    else if (left[above] === old) left[above] = item;
    else right[above] = item;
    if (item !== none) parent[item] = above;
  };
  /** Rotates an item with its parent, so that it becomes the parent. */
  const raise = (item: number) => {
    const above = parent[item]!;
    const [near, far] = left[above] === item ? [left, right] : [right, left];
    replace(parent[above]!, above, item);
    near[above] = far[item]!;
    if (far[item] !== none) parent[far[item]!] = above;
    far[item] = above;
    parent[above] = item;
  };

  return {
    insert(item, isAfter) {
      let [above, goesRight] = [none, false];
      for (let next = root; next !== none; next = goesRight ? right[next]! : left[next]!) {
        above = next;
        goesRight = isAfter(next);
      }
      left[item] = right[item] = before[item] = after[item] = none;
      parent[item] = above;
      if (above === none) {
        root = item;
        return;
      }
      if (goesRight) right[above] = item;
      else left[above] = item;
      const [first, second] = goesRight ? [above, after[above]!] : [before[above]!, above];
      link(first, item);
      link(item, second);
      while (parent[item] !== none && priority[item]! > priority[parent[item]!]!) raise(item);
    },
    remove(item) {
      while (left[item] !== none || right[item] !== none) {
        const [l, r] = [left[item]!, right[item]!];
        raise(r === none || (l !== none && priority[l]! > priority[r]!) ? l : r);
      }
      replace(parent[item]!, item, none);
      const [first, second] = [before[item]!, after[item]!];
      if (first !== none) after[first] = second;
      if (second !== none) before[second] = first;
    },
    before: (item) => before[item]!,
    after: (item) => after[item]!,
  };
}
