/**
 * What of a URL, or of several separated by commas, may stand in a message: all but the password,
 * wherever that ends, as one that is not encoded may have any of `:@/?#` in it.
 */
export function withoutPassword(text: string): string {
  return text
    .split(/,(?=[a-z][a-z0-9+.-]*:)/i)
    .map((url) =>
      url
        .replace(/^([a-z][a-z0-9+.-]*:[/][/])(?:([^:@/]+):.*|:.*|[^:@/]+)@/is, hidden)
        .replace(/([?&](?:password|secret|token)=)[^&]*/gi, '$1…'),
    )
    .join(',');
}

function hidden(_all: string, scheme: string, user?: string): string {
  return user === undefined ? `${scheme}…@` : `${scheme}${user}:…@`;
}
