import { Module } from '@nestjs/common';
import { MemberConnections } from './member-connections.ts';
import { MemberFactsReader } from './member-facts.ts';

/** Single members, asked for what each of them knows alone. */
@Module({ providers: [MemberConnections, MemberFactsReader], exports: [MemberFactsReader] })
export class MembersModule {}
