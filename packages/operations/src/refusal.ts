/** What cannot be answered, by the asker's doing: one sentence naming the member. */
export interface Refusal {
  readonly problem: string;
}

export function isRefusal(answer: object): answer is Refusal {
  return 'problem' in answer;
}
