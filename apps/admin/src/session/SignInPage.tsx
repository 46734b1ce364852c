import { Alert, Button, Center, Loader, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDocumentTitle } from '@mantine/hooks';
import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { queryClient } from '../api/query-client.ts';
import { ProblemDetail } from '../api/show-problem.tsx';
import { session, type Session } from './session.ts';

/** Signs in with e-mail and password, or with the one-time link that the address holds. */
export function SignInPage() {
  useDocumentTitle('Sign in · Stitchd');
  const navigate = useNavigate();
  const { next = '/' } = useSearch({ from: '/sign-in' });
  const begin = (begun: Session): void => {
    // What somebody else was shown here before is not for who signs in now.
    queryClient.clear();
    session.begin(begun);
    void navigate({ href: next });
  };
  const link = useMutation({
    mutationFn: (token: string) => answered(session.exchangeLink(token)),
    onSuccess: begin,
    meta: { showsItsProblem: true },
  });
  const password = useMutation({
    mutationFn: (values: { email: string; password: string }) => answered(session.signIn(values)),
    onSuccess: begin,
    meta: { showsItsProblem: true },
  });
  useLinkToken((token) => link.mutate(token));
  const form = useForm({ initialValues: { email: '', password: '' } });
  const problem = password.error ?? link.error;
  return (
    <Center mih="100vh" p="md">
      <Paper withBorder p="xl" w={380} component="main">
        <Stack>
          <Title order={1} size="h3">
            Sign in to Stitchd
          </Title>
          {link.isPending && (
            <Text>
              <Loader size="xs" /> Signing in with your link
            </Text>
          )}
          {problem !== null && (
            <Alert color="red" role="alert" title={link.error === null ? 'Signing in failed' : 'This link can’t be used'}>
              <ProblemDetail error={problem} />
            </Alert>
          )}
          <form onSubmit={form.onSubmit((values) => password.mutate(values))}>
            <Stack>
              <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
              <PasswordInput label="Password" autoComplete="current-password" required {...form.getInputProps('password')} />
              <Button type="submit" loading={password.isPending}>
                Sign in
              </Button>
            </Stack>
          </form>
          <Text size="sm" c="dimmed">
            No password yet? Whoever started Stitchd finds a one-time link in its terminal.
          </Text>
        </Stack>
      </Paper>
    </Center>
  );
}

/** The token of a one-time link stands behind the #, which browsers send to nobody; it is taken out of the address at once. */
function useLinkToken(use: (token: string) => void): void {
  const used = useRef<string>(undefined);
  useEffect(() => {
    const read = (): void => {
      const token = new URLSearchParams(window.location.hash.slice(1)).get('token');
      if (token === null || used.current === token) return;
      used.current = token;
      window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
      use(token);
    };
    read();
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  });
}
