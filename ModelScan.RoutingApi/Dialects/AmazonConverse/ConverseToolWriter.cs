using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>Writes the tools of a request, and the choice among them, as Converse's <c>toolConfig</c>.</summary>
internal sealed class ConverseToolWriter(Utf8JsonWriter json, ModelCapabilities capabilities, ToolFit tools, Losses losses)
{
    /// <summary>Writes <c>toolConfig</c>; nothing where no tool can be called.</summary>
    /// <param name="called">Names of tools that were called before: Bedrock refuses calls in the history of a request that declares no tools.</param>
    public void Write(IReadOnlyList<string> called)
    {
        if (tools.Tools.Count == 0 && called.Count == 0)
            return;

        // Converse cannot forbid calls; without tools there are none.
        if (tools.Mode == ToolMode.None)
        {
            if (called.Count == 0)
                return;
            losses.Drop("tool_choice");
        }

        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools.Tools)
            WriteTool(tool);
        if (tools.Tools.Count == 0)
        {
            foreach (var name in called)
                WriteForgotten(name);
        }

        json.WriteEndArray();
        if (tools.Mode is ToolMode.Auto or ToolMode.Any or ToolMode.One)
        {
            json.WriteStartObject("toolChoice"u8);
            json.WriteStartObject(tools.Mode switch
            {
                ToolMode.Any => "any"u8,
                ToolMode.One => "tool"u8,
                _ => "auto"u8,
            });
            if (tools.Chosen is { } chosen)
                json.WriteString("name"u8, chosen.SentName);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteTool(Tool tool)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, tool.SentName);
        if (tool.Description is { } description && !string.IsNullOrWhiteSpace(description.Text))
            description.CopyText(json, "description");
        if (tool.IsStrict is true)
        {
            if (capabilities is { StructuredOutput: StructuredOutput.JsonSchema, StrictTools: true })
                json.WriteBoolean("strict"u8, true);
            else
                losses.Drop(tool.StrictPlace);
        }

        json.WriteStartObject("inputSchema"u8);
        json.WritePropertyName("json"u8);
        SchemaFit.WriteTool(json, tool, capabilities.Schemas, losses);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        ConversePartWriter.WriteCachePoint(json, tool.Cache, capabilities.ToolCachePoints, "tools.cache_control", losses);
    }

    private void WriteForgotten(string name)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, name);
        json.WriteString("description"u8, "Not to be called any more."u8);
        json.WriteStartObject("inputSchema"u8);
        json.WriteRaw("json"u8, """{"type":"object","properties":{}}"""u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
