import {
  Alert,
  Badge,
  createTheme,
  DEFAULT_THEME,
  Drawer,
  Modal,
  NavLink,
  Notification,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** Below this luminance white text is the easier to read, above it black: there both have a contrast of 4.6. */
const luminanceThreshold = 0.18;

/** The shade of filled things in the dark: white text on it has a contrast of 4.6, it has 3.3 on the page. */
const filledInTheDark = '#0b8094';
const [c0, c1, c2, c3, c4, c5, c6, c7, , c9] = DEFAULT_THEME.colors.cyan;
const cyan: MantineColorsTuple = [c0, c1, c2, c3, c4, c5, c6, c7, filledInTheDark, c9];

export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 8 },
  colors: { cyan },
  autoContrast: true,
  luminanceThreshold,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // On the tinted ground of a notice its own colour would be too faint to read.
    Alert: Alert.extend({ styles: { title: { color: 'var(--mantine-color-text)' } } }),
    Badge: Badge.extend({
      defaultProps: { tt: 'none' },
      // As with notices.
      styles: (_, { variant }) => (variant === 'light' ? { label: { color: 'var(--mantine-color-text)' } } : {}),
    }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close this notice' } } }),
    NavLink: NavLink.extend({ styles: { root: { borderRadius: 'var(--mantine-radius-md)' } } }),
  },
});

/** Where the component library's own colours are too faint to read (WCAG AA wants 4.5 to 1). */
export const readableColours: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5c636a', '--mantine-color-placeholder': '#6c737a', '--mantine-color-error': '#c92a2a' },
  dark: { '--mantine-color-dimmed': '#a9acb0', '--mantine-color-placeholder': '#94979b', '--mantine-color-error': '#ff8787' },
});
