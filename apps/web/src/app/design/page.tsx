import type { Metadata } from 'next';
import { PageHeader } from '@/components/section';
import { Gallery } from '@/features/design/ui/gallery';
import { PaletteSheet } from '@/features/design/ui/palette-sheet';

export const metadata: Metadata = { title: 'Design' };

/** Light and dark side by side; the values shown are samples. */
export default function DesignPage() {
  return (
    <>
      <PageHeader
        title="Design"
        note="Every component in every state, in both themes. All values on this page are samples."
      />
      <div className="grid grid-cols-2 gap-6 max-[1039px]:grid-cols-1">
        {(['light', 'dark'] as const).map((theme) => (
          <div
            key={theme}
            data-theme={theme}
            className="min-w-0 rounded-8 border border-line px-5 phone:-mx-4 phone:rounded-none phone:px-4"
          >
            <h2 className="tight py-4 text-16 font-semibold">{theme === 'light' ? 'Light' : 'Dark'}</h2>
            <PaletteSheet />
            <Gallery />
          </div>
        ))}
      </div>
    </>
  );
}
