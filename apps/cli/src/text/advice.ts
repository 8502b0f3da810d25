/** A message with what to do next, where a service that runs would have helped. */
export function withAdvice(message: string): string {
  if (/^[A-Z_]+ is not set\b/m.test(message))
    return `${message}\nNo \`npm start\` runs in this folder, which would set them. All settings are in .env.example.`;
  if (message.startsWith('no gateway answers at '))
    return `${message}\n\`npm start\` starts one in this folder; --url or CATCHMENT_URL names another.`;
  const [, parameter, value] = /^(?:inputs\.)?(\w+): is missing, expected one of ([^,\s]+)/.exec(message) ?? [];
  if (parameter !== undefined && !noOptions.includes(parameter))
    return `${message} (such as --set ${parameter}=${value})`;
  return message;
}

/** Names of what is not chosen by `--set`. */
const noOptions: readonly string[] = ['area', 'areas', 'operation', 'coverage'];
