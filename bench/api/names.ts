/** Collections of the benchmark. */
export const COLLECTION = 'bench_documents';
export const BULK_COLLECTION = 'bench_bulk';
