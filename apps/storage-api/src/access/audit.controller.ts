import { RequireRole } from '@lucid/service-kit/access/route-access';
import { AuditReader } from '@lucid/service-kit/audit/audit-reader.service';
import type { SealedEntry } from '@lucid/service-kit/audit/audit-chain';
import type { Page } from '@lucid/service-kit/http/page';
import { ApiPage } from '@lucid/service-kit/openapi/answer-types';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AuditEntryDto, AuditVerificationDto, ListAuditQuery, VerifyAuditQuery } from './audit.dto.ts';

/** Entries that were not written by the kit may lack what only it knows. */
type StoredEntry = Partial<SealedEntry> & Pick<SealedEntry, 'at' | 'actor' | 'action' | 'resource' | 'outcome'>;

function present(entry: StoredEntry & { _id: { toString(): string } }): AuditEntryDto {
  const { _id, at, actor, action, resource, outcome, correlation_id: correlationId = '' } = entry;
  const { role = null, status = null, code = null, service = null, before = null, after = null } = entry;
  return {
    ...{ id: _id.toString(), at, actor, role, action, resource, outcome, status, code, correlationId, service },
    ...{ before, after },
  };
}

@ApiTags('access')
@Controller('api/v1/audit')
@RequireRole('admin')
export class AuditController {
  constructor(private readonly audit: AuditReader) {}

  /** Who changed what, or tried to, newest first. */
  @Get()
  @ApiPage(AuditEntryDto)
  @Problems('BAD_CURSOR')
  async list(@Query() query: ListAuditQuery): Promise<Page<AuditEntryDto>> {
    const { items, page } = await this.audit.list(query);
    return { items: items.map(present), page };
  }

  /** Recomputes the chains of hashes: finds what was changed or taken out since it was written. */
  @Get('verify')
  @ApiOkResponse({ type: AuditVerificationDto })
  verify(@Query() { days }: VerifyAuditQuery): Promise<AuditVerificationDto> {
    return this.audit.verify(days);
  }
}
