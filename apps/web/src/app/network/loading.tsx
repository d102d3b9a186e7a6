import { Skeleton } from '@/components/skeleton';

export default function NetworkLoading() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton className="mb-3 h-6 w-32" />
      <Skeleton className="mb-8 h-4 w-80 max-w-full" />
      <div className="grid grid-cols-2 gap-x-10 gap-y-7 max-[1039px]:grid-cols-1">
        {['jobs', 'money', 'waits', 'tokens'].map((chart) => (
          <div key={chart} className="border-t border-line pt-3">
            <Skeleton className="mb-3 h-3 w-40" />
            <Skeleton className="h-36 w-full" />
          </div>
        ))}
      </div>
    </div>
  );
}
