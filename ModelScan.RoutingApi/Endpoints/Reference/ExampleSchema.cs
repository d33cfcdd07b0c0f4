using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace ModelScan.RoutingApi.Endpoints.Reference;

/// <summary>Makes a schema of an example: an object with the example's properties, a list of what its first element is.</summary>
internal static class ExampleSchema
{
    public static OpenApiSchema Of(JsonNode? example) => example switch
    {
        JsonObject properties => new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = properties.ToDictionary(property => property.Key, IOpenApiSchema (property) => Of(property.Value)),
        },
        JsonArray items => new OpenApiSchema { Type = JsonSchemaType.Array, Items = items.Count > 0 ? Of(items[0]) : new OpenApiSchema() },
        _ => example?.GetValueKind() switch
        {
            JsonValueKind.String => new OpenApiSchema { Type = JsonSchemaType.String },
            JsonValueKind.Number => new OpenApiSchema { Type = JsonSchemaType.Number },
            JsonValueKind.True or JsonValueKind.False => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            _ => new OpenApiSchema(),
        },
    };
}
