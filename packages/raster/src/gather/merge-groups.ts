/** Sorts groups by their values, null last, and merges groups with the same values. */
export function mergeGroups<Group extends { readonly values: readonly (number | null)[] }>(
  groups: readonly Group[],
  add: (a: Group, b: Group) => Group,
): Group[] {
  const merged: Group[] = [];
  for (const group of groups.toSorted((a, b) => compareValues(a.values, b.values))) {
    const last = merged.at(-1);
    if (last === undefined || compareValues(last.values, group.values) !== 0) merged.push(group);
    else merged[merged.length - 1] = add(last, group);
  }
  return merged;
}

function compareValues(a: readonly (number | null)[], b: readonly (number | null)[]): number {
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? Number.POSITIVE_INFINITY;
    const y = b[i] ?? Number.POSITIVE_INFINITY;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
