import { type Document, type Node, visit } from 'yaml';

/** The nodes that aliases stand for, each the one that had the name last before it. */
export function anchoredIn(document: Document.Parsed): ReadonlyMap<Node, Node> {
  const byName = new Map<string, Node>();
  const anchored = new Map<Node, Node>();
  visit(document, {
    Alias(_, alias) {
      const node = byName.get(alias.source);
      if (node) anchored.set(alias, node);
    },
    Value(_, node) {
      if (node.anchor) byName.set(node.anchor, node);
    },
  });
  return anchored;
}
