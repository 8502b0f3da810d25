/** A URL with a user or a password. A password may have any character, so the last `@` ends it. */
const withUser = /^[a-z][a-z0-9+.-]*:\/\/(?:[^:@/]*:)?(.+)@/is;

/** The passwords of a URL, or of several separated by commas, as they are written and as meant. */
export function secretsInUrls(text: string): string[] {
  return text.split(/,(?=[a-z][a-z0-9+.-]*:)/i).flatMap((url) => {
    const [, password] = withUser.exec(url) ?? [];
    if (password === undefined) return [];
    try {
      return [password, decodeURIComponent(password)];
    } catch {
      return [password];
    }
  });
}
