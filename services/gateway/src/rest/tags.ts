/** The groups of the reference, in the order in which it shows them. */
export const tags = {
  Sessions: 'Signing in and out, and who one is.',
  Organisation: 'The organisation of the credentials, its members and API tokens.',
  Projects: 'Projects, their environments, and SDK keys of environments.',
  Receivers: 'Who is told of alarms and of what becomes of experiments: webhooks and e-mail addresses.',
  Flags: 'Flags of a project and how they behave in each environment.',
  Segments: 'Segments of an environment: by rule or by list.',
  Events: 'What may be tracked, the metrics made of it, and what has arrived.',
  Experiments: 'Experiments of an environment and their results.',
  Evaluation: 'Evaluation in the gateway, with the same evaluator as in the SDKs.',
  SDK: 'What SDKs send and ask; with SDK keys.',
  Activity: 'The audit log.',
  Operation: 'Health, and the meaning of problem codes.',
} as const;

export type Tag = keyof typeof tags;
