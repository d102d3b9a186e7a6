'use client';

import { type ReactNode, useState } from 'react';
import { Segmented } from '@/components/segmented';
import { cookieText, THEME_COOKIE, type Theme, TIME_COOKIE, type TimeStyle } from '../lib/preferences';

function remember(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
  document.cookie = cookieText(name, value);
}

export function ThemeSwitch({ initial }: { initial: Theme }): ReactNode {
  const [theme, setTheme] = useState(initial);
  return (
    <Segmented
      label="Theme"
      value={theme}
      options={[
        { value: 'system', label: 'System' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
      onChange={(chosen) => {
        setTheme(chosen);
        remember(THEME_COOKIE, chosen);
        if (chosen === 'system') delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = chosen;
      }}
    />
  );
}

export function TimeSwitch({ initial }: { initial: TimeStyle }): ReactNode {
  const [style, setStyle] = useState(initial);
  return (
    <Segmented
      label="Times"
      value={style}
      options={[
        { value: 'relative', label: '3 min ago' },
        { value: 'utc', label: 'UTC' },
      ]}
      onChange={(chosen) => {
        setStyle(chosen);
        remember(TIME_COOKIE, chosen);
        document.documentElement.dataset.time = chosen;
      }}
    />
  );
}
