export { loadCluster } from './spec/index.ts'
