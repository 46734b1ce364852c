import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';

export function NotFoundPage() {
  return (
    <Center h="60vh">
      <Stack align="center">
        <Title order={2}>There is no such page</Title>
        <Text c="dimmed">The address may have a mistake, or what it named is gone.</Text>
        <Button renderRoot={(props) => <Link {...props} to="/" />}>Go to the start</Button>
      </Stack>
    </Center>
  );
}
