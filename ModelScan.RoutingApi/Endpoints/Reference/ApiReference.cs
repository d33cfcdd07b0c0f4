using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Endpoints.Reference;

/// <summary><c>GET /openapi/v1.json</c>: the HTTP surface as OpenAPI describes it, made of <see cref="ApiOperations"/> when it is asked for.</summary>
internal static class ApiReference
{
    private const string Json = "application/json";

    /// <summary>Adds the document.</summary>
    public static IServiceCollection AddApiReference(this IServiceCollection services) =>
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        }));

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "ModelScan",
            Version = typeof(ApiReference).Assembly.GetName().Version?.ToString(3) ?? "",
            Description = "One endpoint for every LLM client: decides which model should answer, and brings the answer.",
        };
        var tags = new HashSet<OpenApiTag>();
        document.Paths = [];
        foreach (var path in ApiOperations.All.GroupBy(operation => PathOf(operation.Path)))
        {
            document.Paths.Add(path.Key, new OpenApiPathItem
            {
                Operations = path.ToDictionary(operation => HttpMethod.Parse(operation.Method), operation => Describe(operation, document)),
            });
        }

        foreach (var tag in ApiOperations.All.Select(operation => operation.Tag).Distinct())
            tags.Add(new OpenApiTag { Name = tag });
        document.Tags = tags;
    }

    private static OpenApiOperation Describe(ApiOperation operation, OpenApiDocument document) => new()
    {
        OperationId = $"{operation.Method.ToLowerInvariant()}{string.Concat(operation.Path.Split('/', '_', '.', '{', '}', '*').Where(part => part.Length > 0).Select(part => char.ToUpperInvariant(part[0]) + part[1..]))}",
        Summary = operation.Summary,
        Description = operation.Description,
        Tags = new HashSet<OpenApiTagReference> { new(operation.Tag, document) },
        Parameters = [.. ParametersOf(operation)],
        RequestBody = operation.Request is { } request ? new OpenApiRequestBody { Required = true, Content = Content(Json, request) } : null,
        Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse { Description = operation.Summary, Content = Content(operation.AnswerType, operation.Answer) },
            ["default"] = new OpenApiResponse { Description = "An error, in the client's dialect: what is wrong and where.", Content = Content(Json, ErrorExample()) },
        },
    };

    private static IEnumerable<IOpenApiParameter> ParametersOf(ApiOperation operation)
    {
        foreach (var name in operation.Path.Split('/', '.').Where(part => part.StartsWith('{')))
            yield return new OpenApiParameter { Name = name.Trim('{', '}', '*'), In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        foreach (var (place, name, description) in operation.Parameters)
        {
            yield return new OpenApiParameter
            {
                Name = name,
                Description = description,
                In = place == "query" ? ParameterLocation.Query : ParameterLocation.Header,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
        }
    }

    private static Dictionary<string, OpenApiMediaType> Content(string type, string? example) => new()
    {
        [type] = example is null ? new OpenApiMediaType() : new OpenApiMediaType { Schema = ExampleSchema.Of(JsonNode.Parse(example)), Example = JsonNode.Parse(example) },
    };

    private static string ErrorExample()
    {
        using var stream = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream))
            new ClientError(StatusCodes.Status400BadRequest, "messages: is required", "InvalidRequest", "messages").WriteTo(writer, ApiFormat.ChatCompletions);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    // OpenAPI knows no catch-all parameters.
    private static string PathOf(string pattern) => pattern.Replace("{**", "{", StringComparison.Ordinal);
}
