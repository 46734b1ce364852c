import { Alert, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { ConfirmDialog } from './ConfirmDialog.tsx';

interface Props {
  readonly thing: { readonly name: string };
  readonly isArchived: boolean;
  /** What archiving it, or bringing it back, will do. */
  readonly consequence: string;
  readonly save: (archived: boolean) => Promise<unknown>;
  /** Reads again what the change made old; also after a refusal, when somebody else was faster. */
  readonly refresh: () => Promise<unknown>;
}

/** Puts something away or brings it back, after saying what that will do. */
export function ArchiveButton({ thing, isArchived, consequence, save, refresh }: Props) {
  const [asking, { open, close }] = useDisclosure();
  const verb = isArchived ? 'Bring back' : 'Archive';
  const change = useMutation({
    mutationFn: () => save(!isArchived),
    meta: { showsItsProblem: true },
    onSuccess: close,
    onSettled: refresh,
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        {verb}
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={close}
        title={`${verb} ${thing.name}?`}
        confirmLabel={verb}
        onConfirm={() => change.mutate()}
        isPending={change.isPending}
        error={change.error}
        seen={thing}
      >
        <Alert color="gray">{consequence}</Alert>
      </ConfirmDialog>
    </>
  );
}
