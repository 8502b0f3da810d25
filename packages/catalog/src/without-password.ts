/** What of a source may stand in a message: of a URL with credentials, all but the password, wherever that ends. */
export function withoutPassword(source: string): string {
  return source.replace(/^([^:]+:[/][/][^:@]*):.*@/s, '$1:…@');
}
