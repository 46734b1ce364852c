import { ActionIcon, Group, Menu, Text, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDeviceDesktop, IconKey, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { queryClient } from '../api/query-client.ts';
import { PasswordDialog } from '../session/PasswordDialog.tsx';
import { session } from '../session/session.ts';

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'Like the system', icon: IconDeviceDesktop },
] as const;

export function AccountMenu() {
  const current = useSyncExternalStore(session.subscribe, session.current);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme('light');
  const [asksPassword, { open: openPassword, close: closePassword }] = useDisclosure();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    // First away from the pages that need a session.
    await navigate({ to: '/sign-in', search: {} });
    await session.end();
    queryClient.clear();
  };
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={shown === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
        onClick={() => setColorScheme(shown === 'dark' ? 'light' : 'dark')}
      >
        {shown === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Account">
            <IconUserCircle size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="sm" c="var(--mantine-color-text)" truncate>
              {current?.user.email}
            </Text>
            {current?.organisation.name} · {current?.role}
          </Menu.Label>
          <Menu.Divider />
          <Menu.Label>Theme</Menu.Label>
          {schemes.map(({ value, label, icon: Icon }) => (
            <Menu.Item
              key={value}
              leftSection={<Icon size={16} />}
              onClick={() => setColorScheme(value)}
              fw={value === colorScheme ? 700 : 400}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={openPassword}>
            Set your password
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PasswordDialog opened={asksPassword} onClose={closePassword} />
    </Group>
  );
}
