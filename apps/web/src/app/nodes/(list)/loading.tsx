export { ListSkeleton as default } from '@/components/skeleton';
