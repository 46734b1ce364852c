import { toBinary, type DescFile, type DescService } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { ServerReflection } from '@stitchd/proto/grpc/reflection/v1/reflection';
import { Code, type ConnectRouter } from '@connectrpc/connect';

/** gRPC server reflection, so that generic clients can list and call what a server offers. */
export function mountReflection(router: ConnectRouter, services: readonly DescService[]): void {
  const files = collectFiles(services);
  const bySymbol = indexSymbols(files);
  const answerFile = (file: DescFile | undefined, asked: string) =>
    file === undefined
      ? ({ case: 'errorResponse', value: { errorCode: Code.NotFound, errorMessage: `${asked} is not known here` } } as const)
      : ({
          case: 'fileDescriptorResponse',
          value: { fileDescriptorProto: withImports(file).map((each) => toBinary(FileDescriptorProtoSchema, each.proto)) },
        } as const);
  router.service(ServerReflection, {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        const asked = request.messageRequest;
        const common = { validHost: request.host, originalRequest: request };
        switch (asked.case) {
          case 'listServices':
            yield {
              ...common,
              messageResponse: {
                case: 'listServicesResponse',
                value: { service: services.map(({ typeName }) => ({ name: typeName })) },
              },
            };
            break;
          case 'fileByFilename':
            yield { ...common, messageResponse: answerFile(files.get(asked.value), asked.value) };
            break;
          case 'fileContainingSymbol':
            yield { ...common, messageResponse: answerFile(bySymbol.get(asked.value), asked.value) };
            break;
          default:
            yield {
              ...common,
              messageResponse: {
                case: 'errorResponse',
                value: { errorCode: Code.Unimplemented, errorMessage: 'no extensions are used here' },
              },
            };
        }
      }
    },
  });
}

function withImports(file: DescFile): DescFile[] {
  return [...new Set([file, ...file.dependencies.flatMap(withImports)])];
}

function collectFiles(services: readonly DescService[]): Map<string, DescFile> {
  return new Map(services.flatMap((service) => withImports(service.file)).map((file) => [`${file.name}.proto`, file]));
}

function indexSymbols(files: ReadonlyMap<string, DescFile>): Map<string, DescFile> {
  const symbols = new Map<string, DescFile>();
  for (const file of files.values()) {
    for (const service of file.services) {
      symbols.set(service.typeName, file);
      for (const method of service.methods) symbols.set(`${service.typeName}.${method.name}`, file);
    }
    for (const message of file.messages) symbols.set(message.typeName, file);
    for (const each of file.enums) symbols.set(each.typeName, file);
  }
  return symbols;
}
