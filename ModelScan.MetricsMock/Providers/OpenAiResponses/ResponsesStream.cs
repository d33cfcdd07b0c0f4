using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers.OpenAiResponses;

/// <summary>
/// The events of one streamed response, numbered from 0:
/// <c>response.created</c>, <c>response.in_progress</c>; per item <c>output_item.added</c>, its parts and deltas, <c>output_item.done</c>;
/// <c>response.completed</c> (or <c>response.incomplete</c>) with the usage. There is no <c>[DONE]</c>.
/// </summary>
internal sealed class ResponsesStream(Exchange exchange)
{
    private const int TextPieceCount = 5;
    private const int ArgumentPieceCount = 3;

    private int _sequenceNumber;

    public IEnumerable<StreamEvent> Events()
    {
        yield return Event("response.created", new JsonObject { ["response"] = Started() });
        yield return Event("response.in_progress", new JsonObject { ["response"] = Started() });

        var items = OutputItems.Of(exchange);
        for (var index = 0; index < items.Count; index++)
        {
            var item = (JsonObject)items[index]!;
            yield return Event("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = Begun(item) });
            foreach (var inner in InnerEvents(item, index))
                yield return inner;
            yield return Event("response.output_item.done", new JsonObject { ["output_index"] = index, ["item"] = item.DeepClone() });
        }

        var status = exchange.Answer.StopReason == StopReason.MaxTokens ? "incomplete" : "completed";
        var response = ResponsesDialect.Envelope(exchange, status, OutputItems.Of(exchange), ResponsesDialect.Usage(exchange.Usage));
        yield return Event($"response.{status}", new JsonObject { ["response"] = response });
    }

    private JsonObject Started() => ResponsesDialect.Envelope(exchange, "in_progress", [], usage: null);

    // An item as it is announced: without what its deltas bring.
    private static JsonObject Begun(JsonObject item)
    {
        var begun = (JsonObject)item.DeepClone();
        switch (Type(item))
        {
            case "message":
                begun["status"] = "in_progress";
                begun["content"] = new JsonArray();
                break;
            case "function_call":
                begun["status"] = "in_progress";
                begun["arguments"] = "";
                break;
            default:
                begun["summary"] = new JsonArray();
                break;
        }

        return begun;
    }

    private IEnumerable<StreamEvent> InnerEvents(JsonObject item, int outputIndex) => Type(item) switch
    {
        "message" => MessageEvents(item, outputIndex),
        "function_call" => CallEvents(item, outputIndex),
        _ => SummaryEvents(item, outputIndex),
    };

    private IEnumerable<StreamEvent> MessageEvents(JsonObject item, int outputIndex)
    {
        var part = (JsonObject)item["content"]![0]!;
        var text = part["text"]!.GetValue<string>();
        var emptyPart = (JsonObject)part.DeepClone();
        emptyPart["text"] = "";

        yield return Event("response.content_part.added", At(new JsonObject { ["content_index"] = 0, ["part"] = emptyPart }));
        foreach (var piece in TextPieces.Cut(text, TextPieceCount))
            yield return Event("response.output_text.delta", At(new JsonObject { ["content_index"] = 0, ["delta"] = piece, ["logprobs"] = new JsonArray() }));
        yield return Event("response.output_text.done", At(new JsonObject { ["content_index"] = 0, ["text"] = text, ["logprobs"] = new JsonArray() }));
        yield return Event("response.content_part.done", At(new JsonObject { ["content_index"] = 0, ["part"] = part.DeepClone() }));

        JsonObject At(JsonObject content) => Place(content, item, outputIndex);
    }

    private IEnumerable<StreamEvent> CallEvents(JsonObject item, int outputIndex)
    {
        var arguments = item["arguments"]!.GetValue<string>();
        foreach (var piece in TextPieces.Cut(arguments, ArgumentPieceCount))
            yield return Event("response.function_call_arguments.delta", Place(new JsonObject { ["delta"] = piece }, item, outputIndex));
        yield return Event("response.function_call_arguments.done", Place(new JsonObject { ["name"] = item["name"]!.DeepClone(), ["arguments"] = arguments }, item, outputIndex));
    }

    private IEnumerable<StreamEvent> SummaryEvents(JsonObject item, int outputIndex)
    {
        var summary = (JsonArray)item["summary"]!;
        for (var index = 0; index < summary.Count; index++)
        {
            var part = (JsonObject)summary[index]!;
            var text = part["text"]!.GetValue<string>();
            yield return Event("response.reasoning_summary_part.added", At(index, new JsonObject { ["part"] = new JsonObject { ["type"] = "summary_text", ["text"] = "" } }));
            foreach (var piece in TextPieces.Cut(text, ArgumentPieceCount))
                yield return Event("response.reasoning_summary_text.delta", At(index, new JsonObject { ["delta"] = piece }));
            yield return Event("response.reasoning_summary_text.done", At(index, new JsonObject { ["text"] = text }));
            yield return Event("response.reasoning_summary_part.done", At(index, new JsonObject { ["part"] = part.DeepClone() }));
        }

        JsonObject At(int index, JsonObject content)
        {
            content["summary_index"] = index;
            return Place(content, item, outputIndex);
        }
    }

    private static JsonObject Place(JsonObject content, JsonObject item, int outputIndex)
    {
        content.Insert(0, "item_id", item["id"]!.DeepClone());
        content.Insert(1, "output_index", outputIndex);
        return content;
    }

    private StreamEvent Event(string type, JsonObject content)
    {
        content.Insert(0, "type", type);
        content.Insert(1, "sequence_number", _sequenceNumber++);
        return StreamEvent.Of(type, content);
    }

    private static string Type(JsonObject item) => item["type"]!.GetValue<string>();
}
