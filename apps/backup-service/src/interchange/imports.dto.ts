import { ApiProperty } from '@nestjs/swagger';
import type { StoredDump } from './import-folder.ts';

/** A dump in the import folder. */
export class DumpView {
  @ApiProperty({ example: 'nightly.archive.gz', description: 'What `path` of an import takes' })
  name!: string;

  @ApiProperty({ enum: ['file', 'folder'] })
  kind!: 'file' | 'folder';

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'Null for a folder' })
  sizeBytes!: number | null;

  @ApiProperty()
  modifiedAt!: Date;
}

export class DumpPageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class DumpPage {
  @ApiProperty({ type: [DumpView] })
  items!: DumpView[];

  @ApiProperty({ type: DumpPageInfo })
  page!: DumpPageInfo;
}

export function toDumpView({ name, kind, sizeBytes, modifiedAt }: StoredDump): DumpView {
  return { name, kind, sizeBytes, modifiedAt };
}
