import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { showProblem } from '../api/show-problem.tsx';

export interface Switching {
  readonly project: string;
  readonly environment: Schemas['Environment'];
  readonly flag: string;
  readonly enabled: boolean;
  /** Of the configuration; switching off needs none. */
  readonly version: number;
}

/** Switches a flag in an environment; what depends on it is read again, and a notice offers to undo it. */
export function useSetEnabled() {
  const mutation = useMutation({
    mutationFn: ({ project, environment, flag, enabled, version }: Switching) =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/flags/{flag}/enabled', {
          params: {
            path: { project, environment: environment.key, flag },
            ...(enabled && { header: { 'If-Match': `"${version}"` } }),
          },
          body: { enabled },
        }),
      ),
    meta: { showsItsProblem: true },
    onError: (error, { flag, environment, enabled, version }) =>
      showProblem(error, `${flag} was not switched in ${environment.name}`, { enabled: !enabled, version }),
    onSuccess: (configuration, switched) => {
      const undo = (): void => {
        notifications.hide(id);
        mutation.mutate({ ...switched, enabled: !switched.enabled, version: configuration.version });
      };
      const id = notifications.show({
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">
              {switched.flag} is {switched.enabled ? 'on' : 'off'} in {switched.environment.name}
            </Text>
            <Button size="compact-sm" variant="subtle" onClick={undo}>
              Undo
            </Button>
          </Group>
        ),
      });
    },
    onSettled: async (_data, _error, { project, flag }) => {
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['flags', project] }),
        queryClient.invalidateQueries({ queryKey: ['flag', project, flag] }),
        queryClient.invalidateQueries({ queryKey: ['configuration', project] }),
      ]);
    },
  });
  return mutation;
}
