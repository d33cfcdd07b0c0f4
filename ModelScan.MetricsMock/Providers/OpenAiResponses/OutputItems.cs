using System.Text;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers.OpenAiResponses;

/// <summary>The finished items of a response's <c>output</c>: reasoning, then a message or function calls.</summary>
internal static class OutputItems
{
    public static JsonArray Of(Exchange exchange)
    {
        var answer = exchange.Answer;
        var items = new JsonArray();
        if (answer.Reasoning is { } reasoning)
            items.Add(Reasoning(exchange, reasoning));
        if (answer.Text is { } text)
        {
            items.Add(new JsonObject
            {
                ["id"] = exchange.Id("msg_", 48),
                ["type"] = "message",
                ["status"] = answer.StopReason == StopReason.MaxTokens ? "incomplete" : "completed",
                ["role"] = "assistant",
                ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() }),
            });
        }

        for (var index = 0; index < answer.ToolCalls.Count; index++)
        {
            items.Add(new JsonObject
            {
                ["id"] = exchange.Id("fc_", 48, index),
                ["type"] = "function_call",
                ["status"] = "completed",
                ["call_id"] = exchange.Id("call_", 24, index),
                ["name"] = answer.ToolCalls[index].Name,
                ["arguments"] = answer.ToolCalls[index].Arguments,
            });
        }

        return items;
    }

    // The thought itself shows in a summary, if one was asked for, and sealed, if it was asked for in `include`.
    private static JsonObject Reasoning(Exchange exchange, string reasoning)
    {
        var fields = new RequestFields(exchange.Body, "");
        var summary = new JsonArray();
        if (fields.Object("reasoning")?.Text("summary") is not null)
            summary.Add(new JsonObject { ["type"] = "summary_text", ["text"] = reasoning });

        var item = new JsonObject { ["id"] = exchange.Id("rs_", 48), ["type"] = "reasoning", ["summary"] = summary };
        if (fields.TextOrTexts("include").Contains("reasoning.encrypted_content"))
            item["encrypted_content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(reasoning));
        return item;
    }
}
