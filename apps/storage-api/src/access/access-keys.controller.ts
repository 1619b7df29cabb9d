import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import type { ApiKeyRecord } from '@lucid/service-kit/access/api-keys.repository';
import { ApiKeysService } from '@lucid/service-kit/access/api-keys.service';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { auditChange } from '@lucid/service-kit/audit/audited-change';
import { decodeCursor, encodeCursor, PageQuery, toPage, type Page } from '@lucid/service-kit/http/page';
import { ApiPage } from '@lucid/service-kit/openapi/answer-types';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiKeyDto, CreateApiKeyDto, CreatedApiKeyDto } from './access-keys.dto.ts';

const LIST = 'access-keys';

function present({ _id, name, role, createdAt, createdBy, revokedAt }: Omit<ApiKeyRecord, 'hash'>): ApiKeyDto {
  return { id: _id, name, role, createdAt, createdBy, revokedAt };
}

@ApiTags('access')
@Controller('api/v1/access/keys')
@RequireRole('admin')
export class AccessKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  /** API keys, revoked ones too; never the keys themselves. */
  @Get()
  @ApiPage(ApiKeyDto)
  @Problems('BAD_CURSOR')
  async list(@Query() query: PageQuery): Promise<Page<ApiKeyDto>> {
    const found = await this.keys.list(query.limit + 1, decodeCursor(LIST, query.cursor)?.id);
    return toPage(found, query.limit, present, (key) => encodeCursor(LIST, { at: '', id: key._id }));
  }

  /** Answers the key itself, once: it is stored as a hash only. */
  @Post()
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  async create(@Body() body: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const actor = currentContext()?.actor;
    if (!actor) throw new AppError('UNAUTHENTICATED', 'the caller is not known');
    const created = await this.keys.create(body.name, body.role, actor);
    auditChange(null, { id: created.id, name: created.name, role: created.role });
    return created;
  }

  /** Revokes the key: at once here, within 30 s at the other services. Revoking twice is the same as once. */
  @Delete(':id')
  @Destructive(false)
  @HttpCode(200)
  @ApiOkResponse({ type: ApiKeyDto })
  @Problems('API_KEY_NOT_FOUND')
  async remove(@Param('id') id: string): Promise<ApiKeyDto> {
    const revoked = present(await this.keys.revoke(id));
    auditChange({ ...revoked, revokedAt: null }, revoked);
    return revoked;
  }
}
