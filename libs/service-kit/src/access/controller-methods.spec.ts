import 'reflect-metadata';
import { Controller, Get, Module, Post, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { assertAccessDeclared, controllerMethods } from './controller-methods.ts';
import { Public, RequireRole } from './route-access.ts';

@Controller('api/things')
@RequireRole('viewer')
class ThingsController {
  @Get()
  list(): string {
    return this.unrouted();
  }

  @Post(':id')
  @RequireRole('admin')
  change(): string {
    return '';
  }

  unrouted(): string {
    return '';
  }
}

@Controller('open')
class ForgottenController {
  @Get('said')
  @Public()
  said(): string {
    return '';
  }

  @Get('forgotten')
  forgotten(): string {
    return '';
  }
}

async function appOf(...controllers: Type[]): Promise<INestApplication> {
  @Module({ controllers })
  class Feature {}
  return NestFactory.create(Feature, new FastifyAdapter(), { preview: true, logger: false });
}

describe('the methods of controllers', () => {
  it('are found with who may call them: the method says it, else its class', async () => {
    const found = controllerMethods(await appOf(ThingsController));
    expect(found.map(({ verb, path, access }) => [verb, path, access])).toEqual([
      ['GET', 'api/things/', 'viewer'],
      ['POST', 'api/things/:id', 'admin'],
    ]);
  });

  it('must say who may call them', async () => {
    const app = await appOf(ThingsController, ForgottenController);
    expect(() => assertAccessDeclared(app)).toThrow(/GET open\/forgotten \(ForgottenController\.forgotten\)$/);
    const good = await appOf(ThingsController);
    expect(() => assertAccessDeclared(good)).not.toThrow();
  });
});
