using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>
/// Writes the <c>messages</c> of a Messages request block by block. Neighbouring blocks of one speaker become one turn, so that turns
/// alternate, as Anthropic asks. They are written at once; a turn whose form depends on
/// the whole of it is a <see cref="MessagesTurn"/>.
/// </summary>
internal sealed class MessagesTurnWriter
{
    private readonly Utf8JsonWriter _json;

    public MessagesTurnWriter(Utf8JsonWriter json)
    {
        _json = json;
        _json.WriteStartArray();
    }

    /// <summary>Whose turn is open.</summary>
    public Speaker Current { get; private set; }

    /// <summary>Makes the next block part of a turn of <paramref name="speaker"/>; write exactly one block with the returned writer.</summary>
    public Utf8JsonWriter Block(Speaker speaker)
    {
        if (speaker != Current)
        {
            EndTurn();
            _json.WriteStartObject();
            _json.WriteString("role", speaker == Speaker.User ? "user"u8 : "assistant"u8);
            _json.WriteStartArray("content");
            Current = speaker;
        }

        return _json;
    }

    /// <summary>Ends the last turn and the array.</summary>
    public void End()
    {
        EndTurn();
        _json.WriteEndArray();
        _json.Flush();
    }

    private void EndTurn()
    {
        if (Current == Speaker.None)
            return;
        _json.WriteEndArray();
        _json.WriteEndObject();
        Current = Speaker.None;
    }
}
