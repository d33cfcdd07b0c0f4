using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Makes events of the items of a response, as they grow or whole.</summary>
/// <remarks>
/// <code>
/// message                            a text, a refusal
/// reasoning                          a thought: its summary, or what it shows of itself; all of it is what has to come back
/// function_call, custom_tool_call    a call
/// web_search_call, …                 nothing: what tools at OpenAI did; the texts say what came of it
/// </code>
/// What is told by deltas is not told again by the events that repeat it; what is told by those alone, or only by the last event, is told
/// then: some providers send no deltas.
/// </remarks>
internal sealed class ResponsesAnswer(AnswerContext context)
{
    // More items than any answer has; a provider that sends more is broken.
    private const int MaxItems = 4096;

    private const int Few = 8;
    private readonly List<Item> _items = [];
    private Dictionary<int, Item>? _byIndex;
    private HashSet<string>? _ids;
    private string? _id;
    private long _created;
    private bool _hasBegun;
    private bool _isWhole;
    private int _parts;

    private enum ItemKind
    {
        Other,
        Message,
        Reasoning,
        Call,
    }

    /// <summary>The response's id and time, where they are known.</summary>
    public void Name(scoped ref readonly ResponsesEvent next)
    {
        _id ??= next.ResponseId.Length > 2 ? EscapedText.Decode(next.ResponseId) : null;
        _created = next.CreatedAt > 0 ? next.CreatedAt : _created;
    }

    /// <summary>An item begins.</summary>
    public void Add(scoped ref readonly ResponsesEvent added, IAnswerSink sink)
    {
        if (Find(added.OutputIndex) is not null || _items.Count >= MaxItems)
            return;
        var item = new Item(added.OutputIndex, KindOf(added.ItemType), _isWhole ? [] : added.ItemId.ToArray()) { TakesText = added.ItemType.SequenceEqual("\"custom_tool_call\""u8) };
        Add(item);

        // A sign of life: the summary of a thought, or its end, may be long in coming.
        if (item.Kind == ItemKind.Reasoning)
            Open(item, PartKind.Thought, sink);
        if (item.Kind == ItemKind.Other)
            sink.LeaveOut("output", added.ItemType);
        if (item.Kind != ItemKind.Call)
            return;
        BeginCall(item, in added, sink);

        // Some providers announce a call with its arguments already there.
        AddPayload(item, added.Payload, sink);
    }

    /// <summary>A piece of a text or a refusal, or all of it.</summary>
    public void Say(scoped ref readonly ResponsesEvent next, PartKind kind, ReadOnlySpan<byte> token, bool isWhole, IAnswerSink sink)
    {
        if (FindOrAdd(next.OutputIndex, ItemKind.Message) is not { Kind: ItemKind.Message, IsDone: false } item || token.Length <= 2 || !item.Tell(next.PartIndex, isSummary: false, isWhole))
            return;
        var part = Open(item, kind, sink);
        sink.Delta(kind, part, token, EventJson.Elements(next.Logprobs));
    }

    /// <summary>A piece of reasoning or of its summary, or all of it.</summary>
    public void Think(scoped ref readonly ResponsesEvent next, bool isSummary, ReadOnlySpan<byte> token, bool isWhole, IAnswerSink sink)
    {
        if (FindOrAdd(next.OutputIndex, ItemKind.Reasoning) is { Kind: ItemKind.Reasoning, IsDone: false } item && token.Length > 2)
            Think(item, next.PartIndex, isSummary, token, isWhole, sink);
    }

    /// <summary>A citation.</summary>
    public void Cite(scoped ref readonly ResponsesEvent next, IAnswerSink sink)
    {
        if (next.Annotation.IsEmpty || FindOrAdd(next.OutputIndex, ItemKind.Message) is not { Kind: ItemKind.Message, IsDone: false } item)
            return;
        using var document = AnswerField.Open(next.Annotation);
        Cite(item, document.RootElement, sink);
    }

    /// <summary>A piece of a call's arguments, or of its text.</summary>
    public void AddPayload(scoped ref readonly ResponsesEvent next, IAnswerSink sink)
    {
        if (Find(next.OutputIndex) is { Kind: ItemKind.Call, IsDone: false } item)
            AddPayload(item, next.Delta, sink);
    }

    /// <summary>All of them.</summary>
    public void SetPayload(scoped ref readonly ResponsesEvent next, IAnswerSink sink)
    {
        if (Find(next.OutputIndex) is { Kind: ItemKind.Call, IsDone: false, HasPieces: false } item)
            AddPayload(item, next.Payload, sink);
    }

    /// <summary>An item is done.</summary>
    /// <param name="done">All of it.</param>
    /// <param name="isLast">Whether it may have been cut off: it is the last of an answer that was.</param>
    /// <param name="sink">Takes what has not been told.</param>
    public void EndItem(scoped ref readonly ResponsesEvent done, bool isLast, IAnswerSink sink)
    {
        // A provider that does not announce its items.
        if (Find(done.OutputIndex) is null)
            Add(in done, sink);
        if (Find(done.OutputIndex) is not { IsDone: false } item)
            return;
        switch (item.Kind)
        {
            case ItemKind.Message when !item.HasPieces:
                TakeMessage(item, done.Item, sink);
                break;
            case ItemKind.Reasoning:
                if (!item.HasPieces)
                    TakeThoughts(item, done.Item, sink);
                Open(item, PartKind.Thought, sink);
                sink.ThoughtState(item.Part, ThoughtStateKind.Item, done.EncryptedContent, EventJson.Object(done.Item), EventJson.Decode(done.ItemId));
                break;
            case ItemKind.Call:
                BeginCall(item, in done, sink);
                if (item.Part < 0)
                    sink.End(AnswerEnd.Failed(context.Error("sent a tool call without a name")));
                if (!item.HasPieces)
                    AddPayload(item, done.Payload, sink);
                break;
        }

        item.IsDone = true;
        if (!isLast)
            Close(item, sink);
    }

    /// <summary>The response is over.</summary>
    public void End(scoped ref readonly ResponsesEvent end, bool isIncomplete, IAnswerSink sink)
    {
        Name(in end);
        var isFiltered = end.IncompleteReason.SequenceEqual("\"content_filter\""u8);
        var outcome = !isIncomplete ? AnswerOutcome.Whole : isFiltered ? AnswerOutcome.Refused : AnswerOutcome.Length;
        TakeOutput(end.Output, isIncomplete, sink);
        foreach (var item in _items)
        {
            if (!item.IsDone && !(isIncomplete && item.Kind == ItemKind.Call))
                Close(item, sink);
        }

        if (!_hasBegun)
            sink.Begin(_id, _created);
        sink.End(new AnswerEnd(outcome) { Usage = end.Usage, ServiceTier = EventJson.Decode(end.ServiceTier) });
    }

    // The whole response repeats its items; those that have not come before are told now.
    private void TakeOutput(ReadOnlySpan<byte> output, bool isIncomplete, IAnswerSink sink)
    {
        if (output.IsEmpty)
            return;
        // From here on nobody asks after an item by its id.
        _isWhole = true;
        var items = new JsonScan(output);
        var next = default(ResponsesEvent);
        var known = _items.Count;
        items.EntersArray();
        for (var index = 0; items.NextItem(); index++)
        {
            if (!next.Item.IsEmpty && !IsKnown(in next, known))
                EndItem(in next, isLast: false, sink);
            next = ResponsesEvent.ReadWholeItem(ref items, index);
        }

        if (!next.Item.IsEmpty && !IsKnown(in next, known))
            EndItem(in next, isLast: isIncomplete, sink);
    }

    // Providers that count their items in another way in the events still name them alike.
    private bool IsKnown(scoped ref readonly ResponsesEvent whole, int known)
    {
        if (Find(whole.OutputIndex) is not null)
            return true;
        if (known == 0 || whole.ItemId.IsEmpty)
            return false;
        _ids ??= [.. _items.Take(known).Where(item => item.Id.Length > 0).Select(item => EscapedText.Decode(item.Id))];
        return _ids.Contains(EscapedText.Decode(whole.ItemId));
    }

    private void TakeMessage(Item item, ReadOnlySpan<byte> json, IAnswerSink sink)
    {
        var scan = new JsonScan(json);
        if (!scan.EntersObject())
            return;
        while (scan.NextMember())
        {
            if (!scan.NameIs("content"u8))
                scan.Skip();
            else if (scan.EntersArray())
                TakeContents(item, ref scan, sink);
        }
    }

    private void TakeContents(Item item, scoped ref JsonScan scan, IAnswerSink sink)
    {
        while (scan.NextItem())
        {
            if (scan.EntersObject())
                TakeContent(item, ref scan, sink);
        }
    }

    private void TakeContent(Item item, scoped ref JsonScan scan, IAnswerSink sink)
    {
        ReadOnlySpan<byte> refusal = default, text = default, tokens = default, annotations = default;
        while (scan.NextMember())
        {
            if (scan.NameIs("refusal"u8))
                refusal = scan.Text();
            else if (scan.NameIs("text"u8))
                text = scan.Text();
            else if (scan.NameIs("logprobs"u8))
                tokens = scan.Array();
            else if (scan.NameIs("annotations"u8))
                annotations = scan.Array();
            else
                scan.Skip();
        }

        if (!refusal.IsEmpty)
            sink.Delta(PartKind.Refusal, Open(item, PartKind.Refusal, sink), refusal);
        if (text.Length > 2)
            sink.Delta(PartKind.Text, Open(item, PartKind.Text, sink), text, tokens.IsEmpty ? default : EventJson.Elements(tokens));
        if (annotations.Length <= 2)
            return;
        using var document = AnswerField.Open(annotations);
        foreach (var annotation in document.RootElement.EnumerateArray())
        {
            if (annotation.ValueKind == JsonValueKind.Object)
                Cite(item, annotation, sink);
        }
    }

    // What it shows of itself stands before the summary of it, whichever comes first.
    private void TakeThoughts(Item item, ReadOnlySpan<byte> json, IAnswerSink sink)
    {
        foreach (var isSummary in (ReadOnlySpan<bool>)[false, true])
        {
            var scan = new JsonScan(json);
            if (!scan.EntersObject())
                return;
            while (scan.NextMember())
            {
                if (!scan.NameIs(isSummary ? "summary"u8 : "content"u8))
                    scan.Skip();
                else if (scan.EntersArray())
                    TakeThoughts(item, ref scan, isSummary, sink);
            }
        }
    }

    private void TakeThoughts(Item item, scoped ref JsonScan scan, bool isSummary, IAnswerSink sink)
    {
        for (var index = 0; scan.NextItem(); index++)
        {
            if (!scan.EntersObject())
                continue;
            ReadOnlySpan<byte> text = default;
            while (scan.NextMember())
            {
                if (scan.NameIs("text"u8))
                    text = scan.Text();
                else
                    scan.Skip();
            }

            Think(item, index, isSummary, text, isWhole: true, sink);
        }
    }

    private void Think(Item item, int index, bool isSummary, ReadOnlySpan<byte> token, bool isWhole, IAnswerSink sink)
    {
        var isNew = item.HasPieces && item.IsOther(index, isSummary);
        if (token.Length <= 2 || !item.Tell(index, isSummary, isWhole))
            return;
        var part = Open(item, PartKind.Thought, sink);
        if (isNew)
            sink.Delta(PartKind.Thought, part, ChatTexts.ParagraphBreak);
        sink.Delta(PartKind.Thought, part, token);
    }

    private void Cite(Item item, JsonElement annotation, IAnswerSink sink)
    {
        if (ChatAnnotation.Read(annotation) is { } citation)
            sink.Citation(Open(item, PartKind.Text, sink), citation);
    }

    private void BeginCall(Item item, scoped ref readonly ResponsesEvent said, IAnswerSink sink)
    {
        if (item.Part >= 0 || said.Name.Length <= 2)
            return;
        Begin(sink);
        item.Part = _parts++;
        item.PartKind = item.TakesText ? PartKind.TextCall : PartKind.Call;
        var id = said.CallId.Length > 2 ? said.CallId : said.ItemId;
        sink.CallBegin(item.PartKind, item.Part, EventJson.Decode(id), EscapedText.Decode(said.Name));
    }

    private static void AddPayload(Item item, ReadOnlySpan<byte> token, IAnswerSink sink)
    {
        if (token.Length <= 2 || item.Part < 0)
            return;
        item.HasPieces = true;
        sink.Delta(item.PartKind, item.Part, token);
    }

    private int Open(Item item, PartKind kind, IAnswerSink sink)
    {
        if (item.Part >= 0 && item.PartKind == kind)
            return item.Part;
        Begin(sink);
        var isFirst = item.Part < 0;
        Close(item, sink);
        (item.Part, item.PartKind) = (_parts++, kind);
        sink.PartBegin(kind, item.Part, isParagraph: isFirst);
        return item.Part;
    }

    private static void Close(Item item, IAnswerSink sink)
    {
        if (item.Part < 0)
            return;
        sink.PartEnd(item.PartKind, item.Part);
    }

    private void Begin(IAnswerSink sink)
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        sink.Begin(_id, _created);
    }

    private Item? FindOrAdd(int index, ItemKind kind)
    {
        var item = Find(index);
        if (item is null && _items.Count < MaxItems)
            Add(item = new Item(index, kind, []));
        return item;
    }

    private void Add(Item item)
    {
        _items.Add(item);
        if (_items.Count > Few)
            (_byIndex ??= _items[..^1].ToDictionary(known => known.Index)).Add(item.Index, item);
    }

    private Item? Find(int index) => _byIndex is not null ? _byIndex.GetValueOrDefault(index) : FindAmongFew(index);

    private Item? FindAmongFew(int index)
    {
        for (var i = _items.Count - 1; i >= 0; i--)
        {
            if (_items[i].Index == index)
                return _items[i];
        }

        return null;
    }


    private static ItemKind KindOf(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("\"message\""u8))
            return ItemKind.Message;
        if (type.SequenceEqual("\"reasoning\""u8))
            return ItemKind.Reasoning;
        return type.SequenceEqual("\"function_call\""u8) || type.SequenceEqual("\"custom_tool_call\""u8) ? ItemKind.Call : ItemKind.Other;
    }

    // An item between its beginning and its end.
    private sealed class Item(int index, ItemKind kind, byte[] id)
    {
        private HashSet<(int Part, bool IsSummary)>? _told;
        private (int Part, bool IsSummary) _last;

        public int Index { get; } = index;

        public ItemKind Kind { get; } = kind;

        /// <summary>Its id as a JSON string.</summary>
        public byte[] Id { get; } = id;

        /// <summary>Of calls: whether the tool takes free text.</summary>
        public bool TakesText { get; init; }

        /// <summary>The number of its current part; -1 before it has one.</summary>
        public int Part { get; set; } = -1;

        public PartKind PartKind { get; set; }

        /// <summary>Whether anything of it has been told.</summary>
        public bool HasPieces { get; set; }

        public bool IsDone { get; set; }

        public bool IsOther(int part, bool isSummary) => _last != (part, isSummary);

        /// <summary>Takes note that something of a part is being told.</summary>
        /// <returns>Whether it may be: what has come in pieces is not told again whole.</returns>
        public bool Tell(int part, bool isSummary, bool isWhole)
        {
            var told = (part, isSummary);
            if (HasPieces && _last == told)
                return !isWhole;
            if (isWhole && _told?.Contains(told) == true)
                return false;
            if (HasPieces)
                (_told ??= []).Add(_last);
            (HasPieces, _last) = (true, told);
            return true;
        }
    }
}
