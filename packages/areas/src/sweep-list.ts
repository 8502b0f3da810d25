/** Whole numbers below a size, each at most once, in an order that whoever puts them in decides. */
export interface SweepList {
  /** Puts one in: after those of which `isAfter` is true, which must be the first ones. */
  insert(item: number, isAfter: (other: number) => boolean): void;
  remove(item: number): void;
  /** The one before, −1: there is none. */
  before(item: number): number;
  /** The one after, −1: there is none. */
  after(item: number): number;
}

/**
 * A list in which a place is found by a number of questions that is expected to grow with the
 * logarithm of its length, whatever is put in: a treap (Aragon and Seidel), a search tree by the
 * order that is a heap by random numbers, whose items are also linked.
 */
export function sweepList(size: number, random: () => number): SweepList {
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
  /** Puts an item into the place below `above` where `old` was. */
  const replace = (above: number, old: number, item: number) => {
    if (above === none) root = item;
    else if (left[above] === old) left[above] = item;
    else right[above] = item;
    if (item !== none) parent[item] = above;
  };
  /** Turns an item and what it lies beneath, so that it lies above. */
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
