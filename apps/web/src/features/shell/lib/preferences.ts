/** What a reader chose; kept in cookies, so that the server's first drawing is already right. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const TIMES = ['relative', 'utc'] as const;
export type TimeStyle = (typeof TIMES)[number];

export const THEME_COOKIE = 'theme';
export const TIME_COOKIE = 'time';

export const themeFrom = (value: string | undefined): Theme =>
  THEMES.find((theme) => theme === value) ?? 'system';
export const timeFrom = (value: string | undefined): TimeStyle =>
  TIMES.find((time) => time === value) ?? 'relative';

const YEAR_SECONDS = 31_536_000;

export const cookieText = (name: string, value: string): string =>
  `${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
