using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>The text of a system prompt: a string, or text blocks.</summary>
internal static class SystemPrompt
{
    // Claude Code's first system block tells Anthropic's billing which client it is; no model needs it.
    private const string BillingHeader = "x-anthropic-billing-header";

    /// <summary>Reads the text, blocks being joined by a blank line.</summary>
    /// <param name="system">The string or the blocks.</param>
    /// <param name="path">Where they stand, without indexes.</param>
    /// <param name="dropped">Takes what is left out of the blocks.</param>
    public static string Read(RequestField system, string path, DroppedFields dropped)
    {
        if (system.IsText)
            return system.Text;
        var text = new StringBuilder();
        foreach (var block in system.Items())
        {
            if (block.GetText("type") is not "text")
                throw block.Get("type").Refuse("must be text");
            foreach (var (name, _) in block.Fields())
            {
                if (name is not ("type" or "text"))
                    dropped.Add($"{path}.{name}");
            }

            var part = block.GetText("text");
            if (part.StartsWith(BillingHeader, StringComparison.OrdinalIgnoreCase))
            {
                dropped.Add($"{path}.{BillingHeader}");
                continue;
            }

            if (text.Length > 0 && part.Length > 0)
                text.Append("\n\n");
            text.Append(part);
        }

        return text.ToString();
    }
}
