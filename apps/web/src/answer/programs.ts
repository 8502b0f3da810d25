import { client } from '../api.ts';
import { choicesOf, type Question } from '../ask/answering.ts';

/** The program text that asks the same, in each language. */
export function programsFor(question: Question, base: string): readonly (readonly [language: string, text: string])[] {
  const { operation, area, drawn, coverage, choices } = question;
  if (area !== undefined) {
    // A quote of an id would end the word of a shell.
    const url = client.answerUrl(operation, area, choicesOf(question)).replaceAll("'", '%27');
    return [
      ['curl', `curl -H 'Prefer: wait=30' '${url}'`],
      [
        'Python',
        `import requests\n\nanswer = requests.get(\n    "${url}",\n    headers={"Prefer": "wait=30"},\n).json()`,
      ],
      [
        'TypeScript',
        `const response = await fetch('${url}', { headers: { prefer: 'wait=30' } });\nconst answer = await response.json();`,
      ],
    ];
  }
  const url = new URL(`api/processes/${encodeURIComponent(operation)}/execution`, base).href;
  const inputs = JSON.stringify({ inputs: { area: drawn?.geometry, coverage, ...choices } });
  const quoted = inputs.replaceAll("'", "'\\''");
  return [
    ['curl', `curl -H 'Prefer: wait=30' -H 'Content-Type: application/json' '${url}' \\\n  -d '${quoted}'`],
    [
      'Python',
      `import json, requests\n\nanswer = requests.post(\n    "${url}",\n    headers={"Prefer": "wait=30"},\n    json=json.loads('''${inputs}'''),\n).json()`,
    ],
    [
      'TypeScript',
      `const response = await fetch('${url}', {\n  method: 'POST',\n  headers: { prefer: 'wait=30', 'content-type': 'application/json' },\n  body: JSON.stringify(${inputs}),\n});\nconst answer = await response.json();`,
    ],
  ];
}
