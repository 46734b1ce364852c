import { Badge, createTheme, NavLink, type CSSVariablesResolver } from '@mantine/core';

/** Below this luminance white text is the easier to read, above it black: there both have a contrast of 4.6. */
const luminanceThreshold = 0.18;

export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 7 },
  autoContrast: true,
  luminanceThreshold,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  components: {
    Badge: Badge.extend({ defaultProps: { tt: 'none' } }),
    NavLink: NavLink.extend({ styles: { root: { borderRadius: 'var(--mantine-radius-md)' } } }),
  },
});

/** Where the component library's own colours are too faint to read (WCAG AA wants 4.5 to 1). */
export const readableColours: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5c636a', '--mantine-color-placeholder': '#6c737a', '--mantine-color-error': '#c92a2a' },
  dark: { '--mantine-color-dimmed': '#a9acb0', '--mantine-color-placeholder': '#94979b', '--mantine-color-error': '#ff8787' },
});
