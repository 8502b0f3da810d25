/** A message with what to do next, where it says that settings are missing: a running service gives them. */
export function withAdvice(message: string): string {
  if (!/^[A-Z_]+ is not set\b/m.test(message)) return message;
  return `${message}\nNo \`npm start\` runs in this folder, which would set them. All settings are in .env.example.`;
}
