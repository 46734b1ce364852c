import { StitchdProvider, useFlag, useFlagDetails } from '@stitchd/web/react';
import type { StitchdWebClient } from '@stitchd/web';
import { createElement, Suspense, type ReactNode } from 'react';

let renderings = 0;

/** How often a flag's component was rendered: a rendering that nothing asks for would show here. */
export const renderingsOfColour = (): number => renderings;

function Colour(): ReactNode {
  renderings++;
  return createElement('p', { id: 'colour' }, useFlag('colour', 'none'));
}

function Checkout(): ReactNode {
  const { value, reason } = useFlagDetails('checkout', false);
  return createElement('p', { id: 'checkout' }, `${String(value)} ${reason}`);
}

/** The same page on a server and in a browser. */
export function pageOf(client: StitchdWebClient): ReactNode {
  return createElement(StitchdProvider, { client }, createElement(Colour), createElement(Checkout));
}

function Waited(): ReactNode {
  return createElement('p', { id: 'waited' }, useFlag('colour', 'none', { suspense: true, exposure: false }));
}

/** A page that shows nothing of flags before there are values. */
export function suspendedPageOf(client: StitchdWebClient): ReactNode {
  const waiting = createElement('p', { id: 'waiting' }, 'waiting');
  return createElement(StitchdProvider, { client }, createElement(Suspense, { fallback: waiting }, createElement(Waited)));
}
