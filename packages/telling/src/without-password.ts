/**
 * A URL, or several separated by commas, without the password. An unencoded password may contain
 * any of `:@/?#`, so the last `@` ends it.
 */
export function withoutPassword(text: string): string {
  return text
    .split(/,(?=[a-z][a-z0-9+.-]*:)/i)
    .map((url) =>
      url
        .replace(/([?&]\w*(?:password|secret|token)=)[^&]*/gi, '$1…')
        .replace(/^([a-z][a-z0-9+.-]*:[/][/])(?:([^:@/]+):.*|:.*|[^:@/]+)@/is, hidden),
    )
    .join(',');
}

function hidden(_all: string, scheme: string, user?: string): string {
  return user === undefined ? `${scheme}…@` : `${scheme}${user}:…@`;
}
