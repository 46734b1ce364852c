import { List, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { RestProblem } from '@stitchd/rest-client';
import { ChangeList } from '../parts/ChangeList.tsx';
import { changedSharedFields } from '../parts/changed-fields.ts';

/** What a person should read of an error. */
export function problemText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Props {
  readonly error: unknown;
  /** What the page showed when the person acted: where somebody else was faster, the difference is shown. */
  readonly seen?: unknown;
}

/** Says what went wrong, what exactly is not valid, and by which id an operator finds it. */
export function ProblemDetail({ error, seen }: Props) {
  const problem = error instanceof RestProblem ? error : undefined;
  // Often the problem's own sentence is that of its only error.
  const errors = problem?.errors.filter(({ path, message }) => !problem.message.includes(`${path} ${message}`)) ?? [];
  return (
    <>
      {problem?.code === 'VERSION_MISMATCH' ? (
        <Conflict problem={problem} seen={seen} />
      ) : (
        <Text size="sm">{problemText(error)}</Text>
      )}
      {errors.length > 0 && (
        <List size="sm" mt={4}>
          {errors.map(({ path, message }) => (
            <List.Item key={`${path} ${message}`}>{path === '' ? message : `${path}: ${message}`}</List.Item>
          ))}
        </List>
      )}
      {problem?.requestId !== undefined && (
        <Text size="xs" mt={4} style={{ overflowWrap: 'anywhere' }}>
          {problem.code} · request {problem.requestId}
        </Text>
      )}
    </>
  );
}

function Conflict({ problem, seen }: { readonly problem: RestProblem; readonly seen: unknown }) {
  const changes = changedSharedFields(seen, problem.current);
  return (
    <>
      <Text size="sm">
        Somebody changed this after you opened it, so nothing was saved. {changes.length > 0 && 'What changed:'}
      </Text>
      {changes.length > 0 && <ChangeList changes={changes} />}
    </>
  );
}

/** @param seen - see ProblemDetail */
export function showProblem(error: unknown, title: string, seen?: unknown): void {
  notifications.show({
    color: 'red',
    title,
    message: <ProblemDetail error={error} seen={seen} />,
    autoClose: 10_000,
    role: 'alert',
  });
}
