//! Second opinions: a case that raises questions is parked until they are answered, then it is judged again.

use super::Engine;
use crate::classify::{Lookup, ProbePlan, Questions, read_probe};
use crate::crawl::case::Case;
use crate::crawl::memory::{Memory, PROBE_MAX_AGE};
use crate::crawl::opinions::ProbeAnswer;
use crate::crawl::visit::{Aside, Purpose, Visit};
use crate::crawl::web::Web;
use crate::frontier::{HostId, Ticket};
use crate::ledger::LedgerError;
use crate::model::HostKey;

impl<W: Web, M: Memory> Engine<W, M> {
    /// A case raises questions: they are asked, under the same politeness as everything, while it waits.
    pub(super) fn consult(
        &mut self,
        ticket: Ticket,
        mut case: Box<Case>,
        questions: Questions,
    ) -> Result<(), LedgerError> {
        let mut open = 0;
        for plan in questions.lookups {
            let Some(key) = HostKey::of(&plan.url) else { continue };
            let host = self.host(&key)?;
            let purpose = Purpose::Lookup(Aside { link: ticket, rule: plan.rule });
            self.ask_aside(host, purpose, plan.url);
            open += 1;
        }
        if let Some(plan) = questions.probe
            && let Some(key) = HostKey::of(&plan.url)
        {
            let host = self.host(&key)?;
            self.recall_probe(&plan)?;
            match self.opinions.want_probe(&plan.key, ticket, host) {
                ProbeAnswer::Known(probe) => case.probe = Some(probe),
                ProbeAnswer::Wait => open += 1,
                ProbeAnswer::Ask => {
                    open += 1;
                    let url = plan.url.clone();
                    self.ask_aside(host, Purpose::Probe(plan), url);
                }
                ProbeAnswer::Refused => {}
            }
        }
        if open == 0 {
            return self.judge_again(ticket, case);
        }
        self.opinions.park(ticket, case, open);
        Ok(())
    }

    /// A side lookup has ended, well or badly.
    pub(super) fn lookup_ended(&mut self, aside: &Aside, mut case: Box<Case>) -> Result<(), LedgerError> {
        let url = case.visit.listed.clone();
        let Some(exchange) = case.visit.attempts.pop() else { return Ok(()) };
        let lookup = Lookup { rule: aside.rule.clone(), url, exchange };
        let sent = case.visit.requests;
        let judged = self.opinions.answer(aside.link, |case| {
            case.lookups.push(lookup);
            case.visit.requests += sent;
        });
        judged.map_or(Ok(()), |case| self.judge_again(aside.link, case))
    }

    /// A probe has ended: every case that waits for it hears of it.
    pub(super) fn probe_ended(&mut self, plan: &ProbePlan, case: &Case) -> Result<(), LedgerError> {
        let Some(exchange) = case.visit.attempts.last() else { return Ok(()) };
        let probe = read_probe(plan, exchange, case.page());
        self.memory.keep_probe(&plan.key, &probe, self.clock.now())?;
        for ticket in self.opinions.probe_ended(&plan.key, probe.clone()) {
            if let Some(case) = self.opinions.answer(ticket, |case| case.probe = Some(probe.clone())) {
                self.judge_again(ticket, case)?;
            }
        }
        Ok(())
    }

    /// The questions are answered: there may be new ones, else there is a verdict.
    fn judge_again(&mut self, ticket: Ticket, mut case: Box<Case>) -> Result<(), LedgerError> {
        let (assessment, questions) = case.judge();
        if !questions.is_empty() {
            return self.consult(ticket, case, questions);
        }
        let finding = case.close(assessment, self.clock.now());
        self.keep(ticket, finding)
    }

    /// What an earlier run found out need not be found out again.
    fn recall_probe(&mut self, plan: &ProbePlan) -> Result<(), LedgerError> {
        if self.opinions.knows_probe(&plan.key) {
            return Ok(());
        }
        let oldest = self.clock.now().checked_sub(PROBE_MAX_AGE).unwrap_or(jiff::Timestamp::MIN);
        if let Some(probe) = self.memory.probe(&plan.key, oldest)? {
            self.opinions.remember_probe(&plan.key, probe);
        }
        Ok(())
    }

    fn ask_aside(&mut self, host: HostId, purpose: Purpose, url: url::Url) {
        let special = self.special_ticket();
        let visit = Visit::new(purpose, url, &self.policy.limits);
        self.cases.insert(special, Case::new(visit, None));
        let now = self.clock.elapsed();
        self.scheduler.push_begun(host, special, now);
    }
}
