namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>
/// Puts the turns of a request together while it is read. All vendors want the results of calls right behind them, and some that calls have
/// ids that occur once; clients write them in several orders, leave results out that were interrupted, and forget calls when they make a
/// conversation shorter. So each call gets its result, wherever that stands behind it; a result without a call becomes a text.
/// </summary>
internal sealed class Conversation(Request request)
{
    private const string Interrupted = "Interrupted: the tool gave no result.";

    private readonly List<(Turn Turn, CallPart Call)> _calls = [];
    private Turn? _resultTurn;
    private readonly List<(Turn Turn, int At, int Calls, ResultPart Result)> _results = [];

    /// <summary>The turn that is being spoken; another begins where the speaker changes.</summary>
    public Turn Turn(Role role, bool isDeveloper = false)
    {
        if (request.Turns is [.., var last] && last.Role == role && last.IsDeveloper == isDeveloper && role != Role.System)
            return last;
        var turn = new Turn(role) { IsDeveloper = isDeveloper };
        request.Turns.Add(turn);
        return turn;
    }

    /// <summary>Begins a turn even if the last one was of the same speaker: formats that have messages keep them apart.</summary>
    public Turn NewTurn(Role role, bool isDeveloper = false)
    {
        var turn = new Turn(role) { IsDeveloper = isDeveloper };
        request.Turns.Add(turn);
        return turn;
    }

    /// <summary>The turn that results of calls stand in, where they are messages or items of their own.</summary>
    public Turn ResultTurn()
    {
        if (_resultTurn is null || request.Turns[^1] != _resultTurn)
            _resultTurn = NewTurn(Role.User);
        return _resultTurn;
    }

    /// <summary>Adds a call to a turn of the assistant's.</summary>
    public void AddCall(Turn turn, CallPart call)
    {
        turn.Parts.Add(call);
        _calls.Add((turn, call));
    }

    /// <summary>Adds a result.</summary>
    /// <param name="turn">A turn of the user's, whose part it would be without its call.</param>
    /// <param name="result">The result.</param>
    public void AddResult(Turn turn, ResultPart result) => _results.Add((turn, turn.Parts.Count, _calls.Count, result));

    /// <summary>Brings calls and results together.</summary>
    public void Complete()
    {
        if (_calls.Count > 0)
            Match();
        for (var i = _results.Count - 1; i >= 0; i--)
        {
            var (turn, at, _, result) = _results[i];
            turn.Parts.InsertRange(at, AsText(result));
        }

        foreach (var (_, call) in _calls)
        {
            if (call.Result is not null)
                continue;
            call.Result = new ResultPart(call.Id, [new TextPart(Interrupted)], null) { IsError = true, IsPlain = true };
            request.Losses.Change(ResultPlace);
        }

        request.Turns.RemoveAll(turn => turn.Parts.Count == 0);
    }

    private string ResultPlace => request.Source switch
    {
        ApiFormat.Responses => "input.function_call.result",
        ApiFormat.ChatCompletions => "messages.tool_calls.result",
        _ => "messages.content.tool_use.result",
    };

    // Ids may occur again in later turns: a result belongs to the last call of its id before it, or, in formats where the order means
    // nothing, to the next behind it.
    private void Match()
    {
        var byId = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < _calls.Count; i++)
        {
            var call = _calls[i].Call;
            if (!byId.TryGetValue(call.Id, out var places))
                byId.Add(call.Id, places = []);
            if (places.Count > 0)
                call.UniqueId = $"{call.Id}_{places.Count + 1}";
            places.Add(i);
        }

        for (var i = 0; i < _results.Count; i++)
        {
            var (_, _, calls, result) = _results[i];
            if (!byId.TryGetValue(result.CallId, out var places))
                continue;
            var place = places.FindLastIndex(place => place < calls && _calls[place].Call.Result is null);
            if (place < 0 && request.Source == ApiFormat.Responses)
                place = places.FindIndex(place => _calls[place].Call.Result is null);
            if (place < 0)
                continue;
            _calls[places[place]].Call.Result = result;
            _results[i] = _results[i] with { Calls = -1 };
        }

        _results.RemoveAll(result => result.Calls < 0);
    }

    private static List<Part> AsText(ResultPart result)
    {
        var head = $"Result of earlier tool call {result.CallId}:";
        if (result.IsTextOnly)
            return [new TextPart($"{head}\n{result.MarkedText}")];
        return [new TextPart(result.IsError ? $"{head}\nError:" : head), .. result.Content];
    }
}
