export declare const SERVER_FLAGS: readonly string[]
export declare const PROGRAM_ENV: { readonly NODE_COMPILE_CACHE: string }
