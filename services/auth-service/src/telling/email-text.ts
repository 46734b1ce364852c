import type { Email } from './mail-sender.ts';
import type { MessageBody } from './write-message.ts';

/** A message as an e-mail in plain text: what happened, why it matters and what to do, and where. */
export function emailOf(body: MessageBody): Pick<Email, 'subject' | 'text'> {
  const { organisation, project, environment, title, text, link } = body;
  const place = [project.key, environment?.key].filter((key) => key !== undefined).join('/');
  const named = [
    ['Organisation', organisation.name],
    ['Project', project.name],
    ['Environment', environment?.name],
    ['Experiment', body.experiment?.key],
    ['At', body.at],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const lines = [
    title,
    '',
    ...text.flatMap((sentence) => [sentence, '']),
    ...(link === null ? [] : [link, '']),
    ...named,
    '',
    '-- ',
    `An administrator of ${project.name} has entered this address, and can take it out under Settings › Webhooks and alarms.`,
  ];
  return { subject: `[Stitchd ${place}] ${title}`, text: lines.join('\n') };
}
