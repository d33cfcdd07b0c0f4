using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Writes models as OpenAI's and Anthropic's APIs do
/// (https://platform.openai.com/docs/api-reference/models, https://docs.anthropic.com/en/api/models).
/// </summary>
internal static class ModelListWriter
{
    public static void WriteList(Utf8JsonWriter writer, ModelListing listing, ApiFormat format)
    {
        // Claude Code offers only ids that begin with claude or anthropic, and an alias gives any model such a name.
        var models = format == ApiFormat.Messages ? [.. listing.Aliases, .. listing.Models, .. listing.Virtual] : (IReadOnlyList<ListedModel>)[.. listing.Models, .. listing.Virtual];
        writer.WriteStartObject();
        if (format != ApiFormat.Messages)
            writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        foreach (var model in models)
            Write(writer, model, format);
        writer.WriteEndArray();
        if (format == ApiFormat.Messages)
        {
            writer.WriteBoolean("has_more", false);
            writer.WriteString("first_id", models.Count > 0 ? models[0].Id : null);
            writer.WriteString("last_id", models.Count > 0 ? models[^1].Id : null);
        }

        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ListedModel model, ApiFormat format)
    {
        writer.WriteStartObject();
        if (format == ApiFormat.Messages)
        {
            writer.WriteString("type", "model");
            writer.WriteString("id", model.Id);
            writer.WriteString("display_name", model.DisplayName);
            writer.WriteString("created_at", DateTimeOffset.UnixEpoch); // unknown, and required
        }
        else
        {
            writer.WriteString("id", model.Id);
            writer.WriteString("object", "model");
            writer.WriteNumber("created", 0);
            writer.WriteString("owned_by", model.OwnedBy);
        }

        writer.WriteEndObject();
    }
}
